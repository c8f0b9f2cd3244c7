import Foundation
import TestSupport
import Testing

@testable import Coordinator

@Suite struct HostListTests {
    @Test("a list names hosts with slots behind a colon")
    func list() throws {
        let hosts = try HostList(option: "node1,me@node2:4").hosts
        #expect(hosts == [RemoteHost(address: "node1"), RemoteHost(address: "me@node2", slots: 4)])
    }

    @Test("a file names a host a line, with what is to be known of it")
    func file() throws {
        let list = try HostList(
            file: """
                # the fast ones
                node1 slots=8 dir=/scratch/me   # local disk
                node2 worker=/usr/bin/grokmap-worker data=/data ssh=-p2222 ssh=-J=gate

                """, named: "hosts")
        #expect(
            list.hosts == [
                RemoteHost(address: "node1", slots: 8, directory: "/scratch/me"),
                RemoteHost(
                    address: "node2", worker: "/usr/bin/grokmap-worker", data: "/data",
                    options: ["-p2222", "-J=gate"]),
            ])
    }

    @Test("a file that a Windows editor wrote names the same hosts")
    func marked() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path + "/hosts"
        try Data([0xef, 0xbb, 0xbf] + Array("node1\r\nnode2\r\n".utf8)).write(
            to: URL(fileURLWithPath: path))
        #expect(try HostList(option: path).hosts.map(\.address) == ["node1", "node2"])
    }

    @Test(
        "what is no host is refused, and so is what ssh would take for an option",
        arguments: [
            "-oProxyCommand=x", "a b=c", "node1 slots=0", "node1 dir=relative", "node1\nnode1",
            "no$de", "", "node1 ssh=x",
        ])
    func wrong(text: String) {
        #expect(throws: CoordinatorError.self) { try HostList(file: text, named: "hosts") }
    }

    @Test("a started worker is known by its process and start time, whatever else a shell prints")
    func started() {
        #expect(
            RemoteCommands.started("Welcome to node1\nstarted 4711 99\n")
                == RemoteCommands.Started(pid: 4711, stamp: 99))
        #expect(RemoteCommands.started("started 1 99") == nil)
        #expect(RemoteCommands.started("started 4711") == nil)
    }

    @Test("a bundle has every library but those of glibc, and says which one is not there")
    func libraries() throws {
        let found = try WorkerBundle.libraries(
            """
                linux-vdso.so.1 (0x00007ffd)
                libzmq.so.5 => /lib/x86_64-linux-gnu/libzmq.so.5 (0x00007f)
                libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)
                libmvec.so.1 => /lib/x86_64-linux-gnu/libmvec.so.1 (0x00007f)
                /lib64/ld-linux-x86-64.so.2 (0x00007f)
            """)
        #expect(found.map(\.name) == ["libzmq.so.5"])
        #expect(throws: CoordinatorError.self) {
            try WorkerBundle.libraries("libx.so.1 => not found\n")
        }
    }
}
