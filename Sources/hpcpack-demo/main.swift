import ExporterCommand
import Glibc
import HPCPackSimulator

exit(Demo.run(arguments: Array(CommandLine.arguments.dropFirst())))
