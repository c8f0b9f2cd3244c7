#!/bin/sh
# An ssh to hosts that are directories of $FAKE_SSH: commands run here, with the host's directory as their home.
# A file `refuses` in it makes the host refuse, in its words.
while [ $# -gt 2 ]; do
    case $1 in -o | -p | -i | -l | -J) shift 2 ;; *) shift ;; esac
done
home=$FAKE_SSH/$1
echo "$2" >>"$FAKE_SSH/asked"
if [ ! -d "$home" ]; then
    echo "ssh: Could not resolve hostname $1: Name or service not known" >&2
    exit 255
fi
if [ -e "$home/refuses" ]; then
    cat "$home/refuses" >&2
    exit 255
fi
unset XDG_CACHE_HOME
HOME=$home exec sh -c "$2"
