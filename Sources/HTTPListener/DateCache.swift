import Glibc

/// The value of `Date` in answers, written once a second.
struct DateCache {
    private var seconds = -1

    /// The date as of the last update.
    private(set) var text = ""

    /// Creates a cache that holds the present date.
    init() { update() }

    /// Takes the present date.
    mutating func update() {
        let now = time(nil)
        guard now != seconds else { return }
        seconds = now
        text = HTTPDate.text(unixSeconds: now)
    }
}
