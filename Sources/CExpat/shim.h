// Expat, the XML parser of the simulator's request bodies.
#include <expat.h>
