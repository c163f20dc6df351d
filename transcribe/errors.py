"""What can go wrong while hearing, each with a sentence for the producer. No recovery is decided here."""


class TranscribeError(Exception):
    """Root of every failure in `transcribe`; keeps the fact (`code`) and the sentence a producer reads.

    `retry` says whether the same act may succeed later without anybody changing anything.
    """

    code = "transcribe"
    retry = False

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ModelMissing(TranscribeError):
    """The named model is neither a folder, nor fetched, nor fetchable."""

    code = "model_missing"


class CannotTranslate(TranscribeError):
    """The model writes what is spoken only."""

    code = "cannot_translate"


class AudioUnreadable(TranscribeError):
    """The sound file cannot be decoded."""

    code = "audio_unreadable"


class OutOfMemory(TranscribeError):
    """The model does not fit the device."""

    code = "out_of_memory"


class DeviceUnusable(TranscribeError):
    """The device asked for by name does not work here."""

    code = "device_unusable"


class CaptionsUnreadable(TranscribeError):
    """A caption file is not what its name says."""

    code = "captions_unreadable"
