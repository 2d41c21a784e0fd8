"""Slack's numbers. A test compares those of Block Kit with a second, independent source."""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_ATTACHMENTS = 100
MESSAGE_TEXT_BUDGET = 12_000
"""All text of a message's blocks together. Undocumented; Slack's engineers give the number in bolt-js #2509."""
MESSAGE_TEXT_KEPT = 40_000
"""chat.postMessage cuts longer text off."""
UPDATE_TEXT = 4_000
"""chat.update refuses longer text (msg_too_long), although chat.postMessage takes it."""
VIEW_BYTES = 250_000
VIEW_STACK = 3

ID = 255
SECTION_TEXT = 3000
SECTION_FIELDS = 10
SECTION_FIELD = 2000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
CONTEXT_ACTIONS_ELEMENTS = 5
MARKDOWN_TEXT = 12_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
BUTTON_LABEL = 75
URL = 3000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_DESCRIPTION = 75
SELECT_OPTIONS = 100
OVERFLOW_OPTIONS = 5
CHOICE_OPTIONS = 10
"""Radio buttons and checkboxes."""
PLACEHOLDER = 150
INPUT_LABEL = 2000
INPUT_HINT = 2000
INPUT_TEXT = 3000
"""The most that a plain_text_input takes, and the highest max_length it may ask for."""
IMAGE_ALT = 2000
IMAGE_TITLE = 2000
TABLE_ROWS = 100
TABLE_COLUMNS = 20
VIEW_TITLE = 24
PRIVATE_METADATA = 3000

ACK_SECONDS = 3.0
TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5
SOCKETS = 10
"""From memory: Slack's documentation speaks of up to ten connections."""
