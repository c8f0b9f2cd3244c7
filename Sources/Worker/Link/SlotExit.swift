/// How a slot process ends on purpose, and by which exit code its supervisor knows it; any other end is a crash.
enum SlotExit: Sendable, Equatable {
    /// Everything it held was delivered or given back.
    case drained
    /// The slot cannot work here: its scratch directory, key or address is of no use.
    case broken(reason: String)
    /// The coordinator does not want it back.
    case rejected(reason: String)
    /// Nothing was heard from the coordinator for the whole patience.
    case lostCoordinator(registered: Bool)

    /// The trainer hangs: the process is to be started again.
    case stalled(step: Int)

    /// The code of `broken`.
    static let brokenCode: Int32 = 2
    /// The code of `rejected`.
    static let rejectedCode: Int32 = 3
    /// The code of `lostCoordinator` after a registration.
    static let lostCode: Int32 = 4
    /// The code of `lostCoordinator` without any.
    static let neverFoundCode: Int32 = 5

    /// The code of `stalled`, a crash to the supervisor.
    static let stalledCode: Int32 = 71

    /// What a supervisor notes for a slot that crashed for good.
    static let crashedCode: Int32 = 70

    /// The exit code of the slot process.
    var code: Int32 {
        switch self {
        case .drained: 0
        case .broken: SlotExit.brokenCode
        case .rejected: SlotExit.rejectedCode
        case .stalled: SlotExit.stalledCode
        case .lostCoordinator(registered: true): SlotExit.lostCode
        case .lostCoordinator(registered: false): SlotExit.neverFoundCode
        }
    }

    /// The exit code of a supervisor whose slots ended like this: 0 drained, 1 when the coordinator was lost on the way,
    /// 2 when no work could be done at all.
    static func summary(_ codes: [Int32]) -> Int32 {
        if codes.allSatisfy({ $0 == 0 }) { return 0 }
        let hopeless: Set = [brokenCode, rejectedCode, neverFoundCode]
        return codes.allSatisfy(hopeless.contains) ? 2 : 1
    }
}
