"""A CalDAV client that nobody here wrote (the library `caldav`), as a user's app: one action, its result as JSON."""

import datetime
import json
import sys

import caldav

url, username, password, name, action, given = sys.argv[1:7]
given = json.loads(given)


def shown(todo):
    """What the client sees of a task."""
    component = todo.icalendar_component

    def text(field):
        value = component.get(field)
        return None if value is None else str(value)

    def time(field):
        value = component.get(field)
        return None if value is None else value.dt.isoformat()

    categories = component.get("CATEGORIES")
    return {
        "uid": text("UID"),
        "summary": text("SUMMARY"),
        "description": text("DESCRIPTION"),
        "due": time("DUE"),
        "start": time("DTSTART"),
        "priority": component.get("PRIORITY"),
        "status": text("STATUS"),
        "categories": [] if categories is None else [str(one) for one in categories.cats],
        "parent": text("RELATED-TO"),
        "rule": None if component.get("RRULE") is None else component["RRULE"].to_ical().decode(),
    }


with caldav.DAVClient(url, username=username, password=password) as client:
    calendar = next(one for one in client.principal().calendars() if str(one.url).rstrip("/").endswith(name))

    def found(uid):
        return calendar.todo_by_uid(uid)

    if action == "create":
        due = datetime.date.fromisoformat(given["due"]) if "due" in given else None
        fields = {"summary": given["summary"], "due": due, "dtstart": due if "rule" in given else None}
        if "rule" in given:
            fields["rrule"] = given["rule"]
        result = shown(calendar.add_todo(**{key: value for key, value in fields.items() if value is not None}))
    elif action == "read":
        result = shown(found(given["uid"]))
    elif action == "list":
        result = [shown(todo) for todo in calendar.todos(include_completed=True)]
    elif action == "rename":
        todo = found(given["uid"])
        todo.icalendar_component["SUMMARY"] = given["summary"]
        todo.save()
        result = shown(todo)
    elif action == "complete":
        todo = found(given["uid"])
        # The library counts from this moment, and not from the date of the task.
        at = datetime.datetime.fromisoformat(given["at"])
        todo.complete(completion_timestamp=at, handle_rrule=True, rrule_mode="safe")
        result = shown(found(given["uid"]))
    elif action == "delete":
        found(given["uid"]).delete()
        result = None
    else:
        raise SystemExit(f"No such action: {action}")

print(json.dumps(result))
