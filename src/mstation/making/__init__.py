"""The step functions: blobs in, a stage's function called, blobs out.

One module a group of stages; imported only by a worker that must make something.
"""
