"""Keeps the indexes true to the workspace: one loop changes the state, everybody else reads snapshots of it.

    events  ─►  state.record(event)  ─►  plan.next_effects(state)  ─►  effects
       ▲                                        │                         │
       │                                        ▼                         │
       │                               WorkspaceSnapshot                  │
       └──────────────────────────── threads that carry effects out ◄─────┘

``events`` says what may happen and ``effects`` what may be done about it. ``state`` has what the loop knows.
``transitions`` says how an event changes it, and ``plan`` which effects follow: both are functions of values. ``loop``
is the one thread that calls them. ``effects_runner`` carries effects out on other threads, which only post events.
"""
