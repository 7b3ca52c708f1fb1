import Basics
import Glibc
import Testing

struct JoinableThreadTests {
    /// Set by a thread-local destructor, which runs last on a thread.
    private static let ended = Mutex(false)

    @Test func `A joined thread has run its thread-local destructors`() throws {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key) { _ in
            usleep(50_000)
            JoinableThreadTests.ended.withLock { $0 = true }
        }
        let slot = key
        let thread = try JoinableThread {
            unsafe pthread_setspecific(slot, UnsafeRawPointer(bitPattern: 1))
        }
        thread.join()
        #expect(Self.ended.withLock { $0 })
        // A second join returns at once.
        thread.join()
        pthread_key_delete(key)
    }

    @Test func `A thread that joins itself goes on`() throws {
        let own = Mutex<JoinableThread?>(nil)
        let state = Monitor((isStarted: false, isDone: false))
        let thread = try JoinableThread {
            state.wait(until: { $0.isStarted }) { _ in }
            own.withLock { $0 }?.join()
            state.withLock { $0.isDone = true }
        }
        own.withLock { $0 = thread }
        state.withLock { $0.isStarted = true }
        let isDone = state.wait(deadline: .now + .seconds(60), until: { $0.isDone }) { $0.isDone }
        #expect(isDone)
    }
}
