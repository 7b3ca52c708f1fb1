import Basics

/// A state from the closed set of states that the API documents for one kind of row.
///
/// A value outside the set reads as `unknown`, so that it is counted and never dropped
/// (METRICS, rule 5). FACTS: Values.
public protocol SchedulerState: RawRepresentable<UInt8>, CaseIterable, Hashable, Sendable {
    /// The place of every value that is not in the documented set.
    static var unknown: Self { get }
    /// The state as the API spells it, which is also the value of the `state` label.
    var name: StaticString { get }
}

extension SchedulerState {
    /// Finds the state that is spelled so, without regard to ASCII case.
    ///
    /// - Parameter text: The value as the API sent it.
    public init(_ text: Span<UInt8>) {
        // By raw value, from 0 on without a gap: the list of all cases would be made for each text.
        var raw: UInt8 = 0
        while let state = Self(rawValue: raw) {
            if state != .unknown, text.equalsIgnoringCase(state.name) {
                self = state
                return
            }
            raw += 1
        }
        self = .unknown
    }

    /// Every documented state, in the order of the specification.
    public static var known: [Self] { allCases.filter { $0 != .unknown } }
}
