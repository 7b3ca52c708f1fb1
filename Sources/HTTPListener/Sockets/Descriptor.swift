import Glibc

/// An owned file descriptor, closed when the value's lifetime ends.
package struct Descriptor: ~Copyable, Sendable {
    /// The number, valid as long as this value lives.
    package let number: Int32

    /// Takes ownership of a descriptor; `nil` for a negative number, which stands for an error.
    ///
    /// - Parameter number: The descriptor, which nobody else closes.
    package init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit {
        // The descriptor is gone even when close is interrupted, so there is nothing to retry.
        _ = close(number)
    }
}
