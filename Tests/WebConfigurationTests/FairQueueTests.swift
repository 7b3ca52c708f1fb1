import Testing

@testable import WebConfiguration

struct FairQueueTests {
    private static func order(_ queue: FairQueue<String>) -> [String] {
        var queue = queue
        var order: [String] = []
        while let next = queue.popFirst() { order.append(next) }
        return order
    }

    /// Adds texts whose first letter names the source, and whose second one the user.
    private static func fill(
        _ texts: [String],
        most: Int = 16,
        mostOfSource: Int = 8
    ) -> (queue: FairQueue<String>, displaced: [String]) {
        var queue = FairQueue<String>(most: most, mostOfSource: mostOfSource)
        var displaced: [String] = []
        for text in texts {
            let letters = Array(text.utf8)
            let out = queue.append(text, source: [letters[0]], user: [letters[1]])
            if let out { displaced.append(out) }
        }
        return (queue, displaced)
    }

    @Test func `Sources take turns, and the users of one do`() {
        let (queue, displaced) = Self.fill(["aa1", "aa2", "ab1", "aa3", "bb1", "bb2", "cc1"])
        #expect(displaced.isEmpty)
        #expect(queue.count == 7)
        #expect(Self.order(queue) == ["aa1", "bb1", "cc1", "ab1", "bb2", "aa2", "aa3"])
    }

    @Test func `A newcomer is next after one of each other source, however many wait there`() {
        let flood = (1...8).map { "aa\($0)" } + (1...7).map { "bb\($0)" }
        let (queue, displaced) = Self.fill(flood + ["cc1"])
        #expect(displaced.isEmpty)
        #expect(Self.order(queue)[2] == "cc1")
    }

    @Test func `Who comes anew is next, before those that have had a turn`() {
        var (queue, _) = Self.fill((1...5).map { "aa\($0)" } + (1...3).map { "bb\($0)" })
        var order = [queue.popFirst(), queue.popFirst(), queue.popFirst()]
        _ = queue.append("cc1", source: [3], user: [3])
        _ = queue.append("dd1", source: [4], user: [4])
        order += [queue.popFirst(), queue.popFirst(), queue.popFirst()]
        #expect(order == ["aa1", "bb1", "aa2", "cc1", "dd1", "bb2"])
    }

    @Test func `One source has a limit, within which its users share`() {
        let (queue, displaced) = Self.fill((1...5).map { "aa\($0)" } + ["ab1"], mostOfSource: 4)
        // The fifth of the same user finds no room; another user takes the last place.
        #expect(displaced == ["aa5", "aa4"])
        #expect(Self.order(queue) == ["aa1", "ab1", "aa2", "aa3"])
    }

    @Test func `When it is full the source with the most gives one up, for a smaller one only`() {
        let (queue, displaced) = Self.fill(
            ["aa1", "aa2", "aa3", "bb1", "bb2", "cc1", "dd1"],
            most: 5
        )
        #expect(displaced == ["aa3", "aa2"] || displaced == ["aa3", "bb2"], "\(displaced)")
        #expect(queue.count == 5)
        let alone = Self.fill(["aa1", "bb1", "cc1", "dd1"], most: 3)
        #expect(alone.displaced == ["dd1"])
    }

    @Test func `It is empty once all are taken, in turn or at once`() {
        var (queue, _) = Self.fill(["aa1", "bb1", "ab1"])
        let all = queue.removeAll()
        #expect(all.sorted() == ["aa1", "ab1", "bb1"])
        #expect(queue.isEmpty)
    }

    @Test func `A set keeps what was used last`() {
        var set = RecentSet<Int>(most: 10)
        for member in 1...10 { set.insert(member) }
        let isFound = set.find(1)
        #expect(isFound)
        for member in 11...15 { set.insert(member) }
        #expect(set.count == 10)
        let found = [1, 2, 6, 15].filter { set.find($0) }
        #expect(found == [1, 15])
    }
}
