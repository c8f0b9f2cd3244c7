import Core
import Foundation
import Testing

extension EndToEnd {
    /// What shells, schedulers and terminals say to the programs, and what the programs say back.
    @Suite struct SystemWordTests {
        /// Runs a script of bash in a workplace that holds `small.yaml`; `G` and `W` are the programs.
        private func bash(_ script: String, in place: Workplace) throws -> Workplace.Ending {
            try place.write(smallSweep(), to: "small.yaml")
            let programs =
                "G=\(Workplace.program("grokmap").path); W=\(Workplace.program("grokmap-worker").path)\n"
            return try RunningProgram(
                URL(fileURLWithPath: "/bin/bash"), ["-c", programs + script], in: place.path
            ).wait()
        }

        @Test(
            "signals that were ignored at the start stay ignored: nohup, background jobs of scripts"
        )
        func nohup() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                nohup $G run small.yaml --out out --quiet & run=$!
                until [ -s out/worker.log ]; do sleep 0.02; done
                kill -HUP $run; kill -INT $run
                wait $run; echo rc=$?
                """, in: place)
            #expect(ending.output.contains("rc=0"), "\(ending.errors)")
            #expect(ending.errors.contains("9 of 9 are there"), "\(ending.errors)")
        }

        @Test(
            "a worker too leaves an interrupt alone that was ignored, and says that nobody answers")
        func workerInBackground() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                $W --connect ipc://$PWD/nobody --slots 1 --patience 7 & worker=$!
                sleep 0.5; kill -INT $worker
                wait $worker; echo rc=$?
                """, in: place)
            #expect(ending.output == "rc=2\n" && !ending.errors.contains("draining"))
            #expect(
                ending.errors.contains("no answer from ipc://\(place.path)/nobody for 5 s"),
                "\(ending.errors)")
        }

        @Test(
            "one trainer where one CPU may be used, in both programs",
            arguments: ["SLURM_CPUS_PER_TASK=1", "taskset -c 0"])
        func oneCPU(_ limit: String) throws {
            let place = try Workplace()
            let ending = try bash(
                """
                env \(limit) $G run small.yaml --out out --quiet
                head -1 out/worker.log
                env \(limit) $W --connect ipc://$PWD/nobody --patience 0.5 2>&1 | head -1
                """, in: place)
            let lines = ending.output.split(separator: "\n").filter { $0.contains("worker:") }
            #expect(lines.count == 2 && lines.allSatisfy { $0.contains("worker: 1 slot for ") })
        }

        @Test("a full standard output is an error of every command, in text and in JSON")
        func fullOutput() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                $G run small.yaml --out out --quiet --set cell.steps=20 > /dev/null
                $G keys create node > /dev/null
                cell=$(basename -a -s .h5 out/cells/*/*.h5 | head -1)
                for command in "plan small.yaml" "plan small.yaml --format json" "status out" \
                    "status out --format json" "explain out ${cell:0:12}" "report out" "verify out" \
                    "retry out --failed" "run small.yaml --out out" "keys list" --help --version \
                    "plan --help"; do
                    $G $command > /dev/full 2> said; echo "$? $(grep -c 'standard output: No space' said)"
                    $G $command 2> said | true; echo "${PIPESTATUS[0]} $(grep -c 'standard output' said)"
                done
                echo '{"task": {"symbols": 6}, "steps": 20}' > cell.json
                for command in --help --version "train cell.json --out a.h5 --quiet" \
                    "train cell.json --out b.h5 --quiet --format json"; do
                    $W $command > /dev/full 2> said; echo "$? $(grep -c 'standard output: No space' said)"
                    rm -f ?.h5
                    $W $command 2> said | true; echo "${PIPESTATUS[0]} $(grep -c 'standard output' said)"
                done
                """, in: place)
            let lines = ending.output.split(separator: "\n").map(String.init)
            #expect(lines == Array(repeating: ["2 1", "0 0"], count: 17).flatMap(\.self))
        }

        @Test("a path that is not UTF-8 is refused with its bytes, not read as another name")
        func oddPath() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                cp small.yaml $'gr\\xf6n.yaml'
                $G plan $'gr\\xf6n.yaml'; echo rc=$?
                $W train $'gr\\xf6n.yaml' --out x.h5; echo rc=$?
                """, in: place)
            #expect(ending.output == "rc=2\nrc=2\n")
            let lines = ending.errors.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(
                lines.allSatisfy { $0.contains("gr\\xf6n.yaml: argument 2 is not UTF-8") },
                "\(ending.errors)")
        }

        @Test("LANG=C gets letters that it has")
        func ascii() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                export LC_ALL=C
                $G plan small.yaml
                $G run small.yaml --out out --quiet --set seeds=[0,1] > /dev/null & run=$!
                until [ -e out/ledger.sqlite ] && $G status out 2> /dev/null; do sleep 0.02; done
                kill -INT $run; kill -TERM $run; kill -TERM $run; wait $run
                """, in: place)
            #expect(ending.output.contains("C comprehension") && ending.output.contains("train >="))
            #expect(ending.output.utf8.allSatisfy { $0 < 0x80 }, "\(ending.output)")
        }

        @Test(
            "localhost and ::1 can be listened on, and the line says where",
            arguments: [("localhost", "tcp://127.0.0.1:"), ("[::1]", "tcp://[::1]:")])
        func loopback(_ host: String, _ shown: String) throws {
            // A machine without IPv6 has no such address.
            let hasIt = host != "[::1]" || access("/proc/net/if_inet6", R_OK) == 0
            try withKnownIssue("no IPv6 here") {
                let place = try Workplace()
                let ending = try bash(
                    "$G run small.yaml --out out --quiet --bind 'tcp://\(host):*'", in: place)
                #expect(ending.code == 0, "\(ending.errors)")
                #expect(ending.errors.contains("listening: grokmap-worker --connect \(shown)"))
            } when: {
                !hasIt
            }
        }

        @Test("both programs say name and version, and what decides how cells are trained")
        func version() throws {
            let place = try Workplace()
            let ending = try bash("$G --version; $W --version", in: place)
            #expect(
                ending.output.contains("grokmap \(Grokmap.version)\nscience \(Science.version), "))
            #expect(ending.output.contains("grokmap-worker \(Grokmap.version)\nscience "))
            #expect(ending.output.contains("kernels ") && ending.output.contains("HDF5 1."))
        }

        @Test("a FIFO in place of the workers' log is named at once, and is not waited for")
        func workerLog() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                mkdir out; mkfifo out/worker.log
                $G run small.yaml --out out --quiet
                """, in: place)
            #expect(ending.code == 2)
            #expect(
                ending.errors
                    == "grokmap: cannot write: out/worker.log: it is a FIFO, not a file\n")
        }

        @Test("the help of grokmap-worker shows how to connect")
        func workerHelp() throws {
            let place = try Workplace()
            let ending = try bash("$W --help; $W help", in: place)
            for option in [
                "--connect <connect>", "--key <key>", "--slots <slots>", "train", "bench",
            ] {
                #expect(ending.output.components(separatedBy: option).count > 2, "\(option)")
            }
        }

        @Test("a scratch directory that cannot be used is answered with options that there are")
        func scratch() throws {
            let place = try Workplace()
            let ending = try bash(
                """
                TMPDIR=/proc $G run small.yaml --out out --quiet; echo rc=$?
                TMPDIR=/proc $G run small.yaml --out out --quiet --scratch $PWD/scratch; echo rc=$?
                """, in: place)
            #expect(ending.output.hasPrefix("rc=2\n") && ending.output.hasSuffix("rc=0\n"))
            #expect(ending.errors.contains("(hint: --scratch DIR or TMPDIR names another)"))
        }
    }
}
