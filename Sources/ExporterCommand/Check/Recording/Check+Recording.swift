import Basics
import ClusterCollector
import Flags

/// `--record`: shows how the cluster answers without giving its names away.
extension Check {
    /// Makes the requests of the exporter's first round, for the recording.
    ///
    /// What fails is part of the recording, and reported by the steps that follow.
    func recordRound() {
        guard recordingFile != nil else { return }
        report.note(
            "recording",
            "reading as the exporter does in its first round, which takes as long as that round"
        )
        report.begin("recording")
        _ = Exporter.makeCollector(configuration, logger).collectRound()
    }

    /// Writes the recording and reports what it holds.
    func writeRecording() {
        guard let file = recordingFile, let log else { return }
        report.begin("recording")
        let recording = Recording(log)
        guard !recording.exchanges.isEmpty else {
            return report.fail("recording", "nothing was asked, so there is nothing to record", "")
        }
        let path = file.path.printable(limit: 200)
        guard let archive = recording.archive(time: WallClock.seconds) else {
            return report.fail("recording", "there is no memory for it", "Free some and try again.")
        }
        do throws(RecordingFile.Failure) {
            try file.write(archive)
        } catch {
            return report.fail(
                "recording",
                "\(path) cannot be written: \(error)",
                "Give another file with --record=FILE."
            )
        }
        report.ok(
            "recording",
            "\(path): \(CheckReport.count(recording.exchanges.count, "answer")) to "
                + "\(CheckReport.count(recording.calls.count, "call")), \(max(1, archive.count >> 10)) KiB"
        )
        report.list(
            "Left in as it was; everything else that is text was replaced:",
            recording.keptLines
        )
        let names = recording.report.otherNames.sorted()
        if !names.isEmpty {
            report.list(
                "Names of properties that are not documented, left in because they look like such names:",
                [names.joined(separator: " ")]
            )
        }
        let unknown = recording.report.unknownWords.sorted { $0.key < $1.key }
        if !unknown.isEmpty {
            report.list(
                "Words that are not documented, replaced in the file; please tell those that name nothing:",
                unknown.map { "\($0.key): \($0.value.sorted().joined(separator: " | "))" }
            )
        }
        let replaced = recording.report.replacedFields.sorted().joined(separator: " ")
        let dropped = recording.report.droppedFields.sorted().joined(separator: " ")
        report.list(
            "Header fields:",
            [
                "with replaced words: \(replaced.isEmpty ? "none" : replaced)",
                "left out: \(dropped.isEmpty ? "none" : dropped)",
            ]
        )
        report.list(
            "Read it before you send it:",
            ["tar -xzf \(path) && less hpcpack-recording/*"]
        )
    }
}
