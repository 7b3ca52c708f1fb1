// The first files of this module replace this one.
