"""Names of stored objects: honest ones, and those that a loose path rule lets through."""

from __future__ import annotations


def hostile_names(owner: str, words: list[str]) -> list[str]:
    """Object names around `<owner>/avatar`: what a sound path rule takes, and what a loose one lets through."""
    names = [
        f"{owner}/avatar",
        f"{owner}/avatar.png",
        f"{owner}/avatar/x",
        f"{owner}/avatarx",
        f"{owner}/other",
        f"{owner}/a/b/c",
        owner,
        f"{owner}/",
        f"{owner}//avatar",
        f"/{owner}/avatar",
        f" {owner}/avatar",
        f"{owner} /avatar",
        f"{owner.upper()}/avatar",
        f"{owner}/AVATAR",
        f"{owner}x/avatar",
        f"x{owner}/avatar",
        f"public/{owner}/avatar",
        f"{owner}/../avatar",
        f"../{owner}/avatar",
        f"{owner[:8]}/avatar",
        f"{owner.replace('-', '_')}/avatar",
        f"{owner.replace('-', '')}/avatar",
        f"{owner}\uff0favatar",
        f"{owner}/\u0430vatar",
        f"{owner}\\avatar",
        f"{owner}%2Favatar",
        f"x/{owner}",
        f"{owner}.avatar",
    ]
    for word in words[:8]:
        names += [
            f"{owner}/{word}",
            f"{word}/{owner}",
            f"{word}/{owner}/avatar",
            f"{word}/x",
            f"{word}",
            f"{owner}/{word}/x",
        ]
    return list(dict.fromkeys(names))
