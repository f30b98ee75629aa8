"""What does the reader get? Packages, team lists and a run's index as accessible HTML that works from a file.

`write_package` writes the page of a draft, `write_lists` all other pages of a run; `render_package`, `render_team_list` and
`render_index` return one page each.
"""

from headwater.triggers.pages.index import RunIndex, SearchedSource, TeamCount
from headwater.triggers.pages.layout import UnsafeName, write_assets, write_lists, write_package, write_team_list
from headwater.triggers.pages.render import NoSuchPage, render_guide, render_index, render_package, render_team_list

__all__ = [
    "NoSuchPage",
    "RunIndex",
    "SearchedSource",
    "TeamCount",
    "UnsafeName",
    "render_guide",
    "render_index",
    "render_package",
    "render_team_list",
    "write_assets",
    "write_lists",
    "write_package",
    "write_team_list",
]
