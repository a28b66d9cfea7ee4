"""Notifications: what patients are told, how many recommendations there were, and events as they happen."""

from features.notifications import handler
from features.notifications.adapters import Adapter, Adapters
from features.notifications.events import NotificationQueued
from features.notifications.messages import Message
from features.notifications.smtp import Refused
from features.patients import when_deleted

when_deleted(handler.remove_of_patient)

__all__ = ["Adapter", "Adapters", "Message", "NotificationQueued", "Refused"]
