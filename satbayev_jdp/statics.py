"""Files that ship with pages: packed, and named after their content, so that a browser keeps them for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # it ships no types


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # as above
    """Scripts that import others (static/js/grid) name them as they are named here: no browser mixes an old part with a new one."""

    support_js_module_import_aggregation = True
