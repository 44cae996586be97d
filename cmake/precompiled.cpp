// Nothing but what is precompiled with it, see module.cmake.
