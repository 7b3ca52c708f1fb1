import Glibc

/// The one owner of a file descriptor, which it closes when it goes.
package struct Descriptor: ~Copyable, Sendable {
    /// The number, valid as long as this value lives.
    package let number: Int32

    /// Takes over a descriptor that nobody else closes.
    ///
    /// - Parameter number: The descriptor; `nil` comes back for a negative one, which is an error.
    package init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        // The descriptor is gone even when close is interrupted, so there is nothing to try again.
        _ = close(number)
    }
}
