"""Every action, block and callback id, in one place. Messages live for years: an id is never given a new meaning."""

from typing import Final

# buttons and menus on messages
ASK: Final = "ask"
ASK_2: Final = "ask.2"
ASK_3: Final = "ask.3"
ASK_4: Final = "ask.4"
ASK_5: Final = "ask.5"
ASK_BUTTONS: Final = (ASK, ASK_2, ASK_3, ASK_4, ASK_5)
"""One block can't hold an action id twice; buttons that ask something take these in turn."""
PICK: Final = "pick"
SHARE: Final = "share"
LINK: Final = "link"
PAGE: Final = "page"
CREATE: Final = "create"
RUN_RETRY: Final = "run.retry"
RUN_CANCEL: Final = "run.cancel"
RUN_AGAIN: Final = "run.again"

# the creation flow
TEMPLATE_PICKER: Final = "create.picker"
TEMPLATE_CHOICE: Final = "create.template"
TEMPLATE_FORM: Final = "create.form"
TEMPLATE_REVIEW: Final = "create.review"
FORM_BACK: Final = "create.back"
FORM_CHOICE: Final = "create.choice"
FORM_VALUE: Final = "create.value"
FORM_ENTITY: Final = "create.entity"
RUN_STARTED: Final = "create.started"

# shortcuts
SHORTCUT_ASK: Final = "ask"
SHORTCUT_OWNER: Final = "who_owns_this"
ASK_MODAL: Final = "ask.modal"
ASK_INPUT: Final = "ask.input"
NOTICE_VIEW: Final = "notice"
REGISTER_VIEW: Final = "register"
