// Expat, the XML parser that the job XML reader is held against in tests.
#include <expat.h>
