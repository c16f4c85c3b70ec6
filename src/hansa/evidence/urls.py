# SPDX-License-Identifier: Apache-2.0
"""Addresses of records: schedules, holds, requests, the exemption log."""

from django.urls import path

from hansa.evidence.views import holds, requests, schedules

app_name = "evidence"
urlpatterns = [
    path("records/", schedules.schedule_list, name="schedule-list"),
    path("records/schedule/<str:code>/", schedules.schedule_set, name="schedule-set"),
    path("records/holds/", holds.hold_list, name="hold-list"),
    path("records/holds/place/", holds.hold_place, name="hold-place"),
    path("records/holds/<uuid:hold>/", holds.hold_show, name="hold-show"),
    path("records/holds/<uuid:hold>/review/", holds.hold_review, name="hold-review"),
    path("records/holds/<uuid:hold>/release/", holds.hold_release, name="hold-release"),
    path("records/held/<uuid:copy>/", holds.held_read, name="held-read"),
    path("records/requests/", requests.request_list, name="request-list"),
    path("records/requests/log/", requests.request_log, name="request-log"),
    path("records/requests/<uuid:request_id>/", requests.request_show, name="request-show"),
    path("records/requests/<uuid:request_id>/requester/", requests.requester_read, name="requester-read"),
    path("records/requests/<uuid:request_id>/answer/", requests.request_answer, name="request-answer"),
    path("records/decisions/<uuid:record>/", requests.record_decide, name="record-decide"),
    path("records/exemptions/", requests.exemption_list, name="exemption-list"),
]
