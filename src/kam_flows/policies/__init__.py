"""The service standards as data: presets, validation, official holidays."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kam_flows.policies.load import load_preset, presets

__all__ = ["load_preset", "presets"]


def __getattr__(name: str) -> Any:
    # Reading a policy takes YAML and Pydantic, which holidays alone do not need.
    if name in __all__:
        from kam_flows.policies import load

        return getattr(load, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
