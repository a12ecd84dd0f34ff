"""The emoji that apps of this kind use, by their short names."""

import re

NAMES = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "tada": "🎉", "wave": "👋", "eyes": "👀",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️", "rotating_light": "🚨",
    "no_entry": "⛔", "no_entry_sign": "🚫", "question": "❓", "exclamation": "❗",
    "information_source": "\u2139\ufe0f",
    "bulb": "💡", "rocket": "🚀", "package": "📦",
    "gear": "⚙️", "wrench": "🔧", "hammer_and_wrench": "🛠️",
    "books": "📚", "book": "📖", "page_facing_up": "📄", "memo": "📝", "clipboard": "📋", "link": "🔗",
    "mag": "🔍", "bell": "🔔", "no_bell": "🔕", "star": "⭐", "sparkles": "✨", "fire": "🔥", "skull": "💀",
    "lock": "🔒", "key": "🔑", "phone": "☎️", "telephone_receiver": "📞", "pager": "📟", "email": "📧",
    "speech_balloon": "💬", "bust_in_silhouette": "👤", "busts_in_silhouette": "👥", "house": "🏠",
    "hourglass_flowing_sand": "⏳", "hourglass": "⌛", "clock1": "🕐", "calendar": "📅",
    "arrows_counterclockwise": "🔄",
    "arrow_right": "➡️", "arrow_left": "⬅️", "arrow_up": "⬆️", "arrow_down": "⬇️", "bar_chart": "📊",
    "chart_with_upwards_trend": "📈", "electric_plug": "🔌", "globe_with_meridians": "🌐", "computer": "💻",
    "classical_building": "🏛️", "file_cabinet": "🗄️", "heavy_minus_sign": "\u2796", "small_blue_diamond": "🔹",
    "file_folder": "📁", "floppy_disk": "💾", "card_file_box": "🗃️", "label": "🏷️", "round_pushpin": "📍",
    "pushpin": "📌", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_orange_circle": "🟠",
    "red_circle": "🔴", "large_blue_circle": "🔵", "white_circle": "⚪", "black_circle": "⚫",
    "slightly_smiling_face": "🙂", "zzz": "💤",
    "smile": "😄", "thinking_face": "🤔", "heart": "❤️", "raised_hands": "🙌", "pray": "🙏", "seedling": "🌱",
    "headstone": "🪦", "coffin": "⚰️", "test_tube": "🧪", "construction": "🚧", "jigsaw": "🧩", "robot_face": "🤖",
    "zap": "⚡", "point_right": "👉", "point_left": "👈", "heavy_plus_sign": "\u2795",
    "wastebasket": "🗑️", "recycle": "♻️",
    "ticket": "🎫", "performing_arts": "🎭", "camera": "📷", "frame_with_picture": "🖼️",
    "leftwards_arrow_with_hook": "↩️",
}  # fmt: skip
_SHORTCODE = re.compile(r":([a-z0-9_+-]+):")


def with_emoji(text: str) -> str:
    """Unknown names stay as they are."""
    return _SHORTCODE.sub(lambda match: NAMES.get(match[1], match[0]), text)
