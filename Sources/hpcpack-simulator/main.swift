import Glibc
import HPCPackSimulator

exit(SimulatorCommand.run(arguments: Array(CommandLine.arguments.dropFirst())))
