"""What the tests of notes share: the workspaces of the tests of search."""

from search.conftest import open_workspace as open_workspace
