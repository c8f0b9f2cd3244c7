import Testing

@testable import System

@Suite struct ProcessorsTests {
    @Test("lists of the kernel's are ranges and numbers")
    func lists() {
        #expect(Processors.list("0-3,8,10-11\n") == [0, 1, 2, 3, 8, 10, 11])
        #expect(Processors.list("") == [])
        #expect(Processors.list("7-3,x") == [])
    }

    @Test("CPUs that share a core are one, those that do not say are one each")
    func cores() {
        // Two threads a core: 0 with 4, 1 with 5, and so on.
        let siblings = { (cpu: Int) -> String? in "\(cpu % 4),\(cpu % 4 + 4)\n" }
        #expect(Processors.cores(Array(0..<8), siblings: siblings) == 4)
        #expect(Processors.cores([0, 4, 1], siblings: siblings) == 2)
        #expect(Processors.cores([0, 4, 1], siblings: { _ in nil }) == 3)
    }

    @Test("slots are spread over NUMA nodes by their size, each within one")
    func places() {
        let nodes = [[0, 1, 2, 3], [4, 5]]
        let places = Processors.places(slots: 6, nodes: nodes)
        #expect(places.count { $0 == nodes[0] } == 4)
        #expect(places.count { $0 == nodes[1] } == 2)
        #expect(Processors.places(slots: 2, nodes: []) == [[], []])
    }

    @Test("this process may use at least one CPU, and is told of no NUMA nodes where there is one")
    func here() {
        let allowed = Processors.allowed() ?? []
        #expect(!allowed.isEmpty)
        #expect(Processors.cores(allowed) >= 1)
        for node in Processors.nodes(allowed) { #expect(Set(node).isSubset(of: allowed)) }
    }

    @Test("arguments are there without asking /proc")
    func arguments() { #expect(ProcessArguments.all == CommandLine.arguments) }
}
