import ExporterCommand
import Glibc
import HPCPackSimulator

/// Simulator and exporter in one process, for a first look.
enum Demo {
    /// Starts a simulated cluster and runs the exporter against it, until told to stop.
    ///
    /// - Parameter arguments: Flags of the exporter, over those of the demo.
    /// - Returns: The exporter's exit code, or 2 when the simulator cannot start.
    static func run(arguments: [String]) -> Int32 {
        Signals.block()
        var configuration = SimulatorConfiguration()
        configuration.addresses = ["127.0.0.1:0"]
        configuration.controlAddresses = ["127.0.0.1:0"]
        configuration.speed = 20
        do {
            let simulator = try SimulatorServer(configuration: configuration)
            try simulator.start()
            guard let url = simulator.urls.first, let control = simulator.controlURLs.first else {
                return 2
            }
            print("Simulated head node:  \(url)  (user HPC\\monitor, password monitor)")
            print("Its truth:            \(control)/truth")
            print("Exporter, for people: http://localhost:10052/")
            print("Exporter, metrics:    http://localhost:10052/metrics")
            print("Stop with Ctrl-C.")
            fflush(nil)
            let flags = [
                "--hpcpack.url=\(url)", "--hpcpack.username=HPC\\monitor",
                "--collector.interval=5s",
                "--log.level=warn",
            ]
            return ExporterCommand.run(
                arguments: flags + arguments,
                environment: [ExporterFlags.passwordVariable: "monitor"]
            )
        } catch {
            print("hpcpack-demo: \(error)")
            return 2
        }
    }
}
