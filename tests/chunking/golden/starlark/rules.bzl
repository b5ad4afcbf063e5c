"""Rules for packages."""

load("@rules_python//python:defs.bzl", "py_library")

def _impl(ctx):
    """Writes the list of files."""
    out = ctx.actions.declare_file(ctx.label.name + ".txt")
    ctx.actions.write(out, "\n".join([f.path for f in ctx.files.srcs]))
    return [DefaultInfo(files = depset([out]))]

listing = rule(
    implementation = _impl,
    attrs = {"srcs": attr.label_list(allow_files = True)},
)
