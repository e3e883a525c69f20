"""An upload in parts: a file that grows over several requests, and may wait between them."""

from datetime import datetime

from pydantic import Field

from reelmill.model.value import Value


class Upload(Value):
    """What has come of a file."""

    upload_id: str
    key_id: str
    size_bytes: int = Field(ge=0)
    """Of the whole file."""
    offset_bytes: int = Field(ge=0)
    """So much is here, and stays."""
    metadata: dict[str, str] = Field(default_factory=dict)
    """In the client's words: `filename`, `filetype` and the like."""
    created_at: datetime
    expires_at: datetime
    """It is removed then, unless it has grown since."""

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self.offset_bytes == self.size_bytes
