"""Cut files into the pieces that are searched: functions, methods, class headers, sections of prose."""

from dowse.chunking.chunk import Chunk, Kind, SpaceName

__all__ = ["Chunk", "Kind", "SpaceName"]
