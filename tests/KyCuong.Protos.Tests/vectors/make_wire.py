#!/usr/bin/env python3
"""Captures one message of each kind as another implementation of protobuf writes it.

    protoc -I protos --descriptor_set_out=contract.pb --include_imports protos/kycuong/v1/*.proto
    python3 make_wire.py contract.pb RELEASE > wire-RELEASE.txt

Run it once a release; existing files never change, and must decode for ever.
"""
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

files = descriptor_pb2.FileDescriptorSet()
files.ParseFromString(open(sys.argv[1], "rb").read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
ID = bytes(range(16))
HASH = bytes(range(32))
STAMP = {"wall_clock_us": 1795225512345678, "boot_time_us": 12345678, "boot_id": ID,
         "estimate": {"server_minus_boot_us": 1795225500000000, "uncertainty_us": 1200, "sample_age_us": 500000}}
BADGE = [{"level": 1, "key_id": 7, "hash": ID}, {"level": 2, "key_id": 7, "hash": ID}]


def entry(**payload):
    return dict(sequence=17, stamp=STAMP, hash=HASH, **payload)


CASES = [
    ("EnrolRequest", dict(secret=bytes(10), certificate_request=b"\x30\x82", machine_name="cong-1", software_version="0.1.0")),
    ("EnrolReply", dict(kiosk_id=3, kiosk_code="CONG-CHINH", kiosk_name="Cổng chính", agency_code="BQLKCN", agency_name="Ban Quản lý",
                        certificate=b"\x30\x01", authority=b"\x30\x02", badge_keys=[dict(key_id=7, key=HASH)], time_zone="Asia/Ho_Chi_Minh")),
    ("RenewRequest", dict(certificate_request=b"\x30\x82")),
    ("RenewReply", dict(certificate=b"\x30\x01", authority=b"\x30\x02")),
    ("KioskMessage", dict(hello=dict(contract_version=1, software_version="0.1.0", epoch=ID, first_sequence=1, last_sequence=17, boot_id=ID,
                                     roster_version=5, configuration_version=6, log_head=dict(number=571, hash=HASH),
                                     roster_part=dict(version=6, base_version=5, chunks=2, sha256=HASH),
                                     sent_journals=[dict(epoch=ID, last_sequence=41), dict(epoch=ID[::-1], last_sequence=9)]))),
    ("KioskMessage", dict(journal=dict(epoch=ID, previous_hash=HASH, backlog=True, entries=[
        entry(tap=dict(reader="r1", badge=BADGE, technology=1, raw_length=14, direction=1, direction_source=1)),
        entry(refused_read=dict(reader="r1", reason=1, technology=1, raw_length=14, count=3)),
        entry(reader_fault=dict(reader="r1", fault=8, detail="đầu đọc nói lẫn lộn")),
        entry(reader_recovery=dict(reader="r1", down_for_us=2000000)),
        entry(clock_sample=dict(server_minus_boot_us=-5, round_trip_us=1800, uncertainty_us=950)),
        entry(boot=dict(software_version="0.1.0", previous_stop=2)),
        entry(configuration_applied=dict(version=4, sha256=HASH)),
        entry(stop=dict(reason=1)),
        entry(claimed_tap=dict(staff_code="NV001", check=2, direction=1, direction_source=2))]))),
    ("KioskMessage", dict(heartbeat=dict(epoch=ID, sequence=17, stamp=STAMP))),
    ("KioskMessage", dict(clock_probe=dict(probe_id=9, sent_boot_time_us=12345678))),
    ("KioskMessage", dict(health=dict(unsent_entries=2, oldest_unsent_age_us=3, disk_free_bytes=4, resident_bytes=5, dropped_reads=6,
                                      readers=[dict(reader="r1", working=True, fault=0, since_us=7, device="FTDI", reads=8, refused=9)]))),
    ("KioskMessage", dict(captured_badge=dict(request_id=1, reader="r1", badge=BADGE, technology=1, raw_length=14))),
    ("KioskMessage", dict(lost_entries=dict(epoch=ID, first_sequence=5, last_sequence=6, next_hash=HASH))),
    ("KioskMessage", dict(photo_request=dict(sha256=[HASH, HASH]))),
    ("KioskMessage", dict(signed_head=dict(epoch=ID, sequence=17, hash=HASH, signed_us=1795225512345678, certificate_sha256=HASH, signature=HASH + HASH))),
    ("KioskMessage", dict(entries_request=dict(epoch=ID, first_sequence=5, last_sequence=6))),
    ("KioskMessage", dict(month_count_request=dict(request_id=4, person_id=1))),
    ("ServerMessage", dict(welcome=dict(server_time_us=1795225512345678, high_water=16, high_water_hash=HASH, heartbeat_interval_us=5000000, quarantined=True,
                                        contract_revision=3, log_head=dict(number=572, hash=HASH), missing_epochs=[ID, ID[::-1]]))),
    ("KioskMessage", dict(staff_code_check=dict(request_id=8, staff_code="NV001", pin="004711"))),
    ("ServerMessage", dict(ack=dict(epoch=ID, sequence=17, log_head=dict(number=573, hash=HASH)))),
    ("ServerMessage", dict(clock_reply=dict(probe_id=9, sent_boot_time_us=12345678, received_us=1, replied_us=2))),
    ("ServerMessage", dict(roster=dict(version=6, base_version=5, complete=True, number=3, removed_people=[4], removed_badges=[3],
                                       people=[dict(person_id=1, staff_code="NV001", full_name="Nguyễn Văn An", unit_name="Văn phòng", photo_sha256=HASH,
                                                    segments=[dict(from_us=1, to_us=2, direction=1, limit_us=3, base_us=4, shift_from_us=5)])],
                                       badges=[dict(badge_id=2, person_id=1, hashes=BADGE, state=2, valid_from_us=1, valid_to_us=0)]))),
    ("ServerMessage", dict(presence=dict(people=[dict(person_id=1, first_at_us=2, last_at_us=3, perhaps_from_us=4, perhaps_to_us=5)], kiosks=[dict(kiosk_code="CONG-SAU", known_until_us=4)]))),
    ("ServerMessage", dict(configuration=dict(version=2, agency_name="Ban Quản lý", kiosk_name="Cổng chính", time_zone="Asia/Ho_Chi_Minh",
                                              badge_keys=[dict(key_id=7, key=HASH)], discreet=True, speak=True, month_count=True,
                                              direction_buttons=True, staff_code_entry=True,
                                              readers=[dict(id="r1", port="tcp://h:1", protocol="rdm6300", direction=1, options={"baud": "9600"})],
                                              hours=[dict(date=20261123, sessions=[dict(start_minute=450, end_minute=690), dict(start_minute=810, end_minute=1020)]),
                                                     dict(date=20261124)]))),
    ("ServerMessage", dict(command=dict(command_id=1, renew={}))),
    ("ServerMessage", dict(command=dict(command_id=2, resend=dict(sequence=5)))),
    ("ServerMessage", dict(command=dict(command_id=3, capture_badge=dict(reader="r1", timeout_us=30000000)))),
    ("ServerMessage", dict(command=dict(command_id=4, cancel_capture={}))),
    ("ServerMessage", dict(command=dict(command_id=5, retire=dict(reason="thay kiốt")))),
    ("ServerMessage", dict(command=dict(command_id=6, forget=dict(person_ids=[1, 2])))),
    ("ServerMessage", dict(photo=dict(sha256=HASH, content=b"\xff\xd8\xff\xd9"))),
    ("ServerMessage", dict(month_count=dict(request_id=4, person_id=1, late_times=3))),
    ("ServerMessage", dict(month_count=dict(request_id=4, person_id=1, late_times=0))),
    ("ServerMessage", dict(month_count=dict(request_id=4, person_id=1))),
    ("ServerMessage", dict(staff_code_answer=dict(request_id=8, accepted=True, person_id=1, wait_us=5))),
    ("ServerMessage", dict(fetched_entries=dict(epoch=ID, first_sequence=5, last_sequence=6, encodings=[b"KCE\x01", b"KCE\x01\x03"]))),
    ("GetDayRequest", dict(agency_code="BQLKCN", staff_code="NV001", date="2026-05-13")),
    ("PeriodRequest", dict(agency_code="BQLKCN", unit_code="VP", **{"from": "2026-05-01", "to": "2026-05-31"})),
    ("DayReply", dict(shifts=[dict(staff_code="NV001", date="2026-05-13", schedule_code="HC", state=1, final=True, waiting_for=["CONG-SAU"], unscheduled=False,
                                   worked_minutes=473, present_minutes=475, late_minutes=6, early_minutes=1,
                                   sessions=[dict(start_us=1, end_us=2, in_us=3, out_us=4, late_minutes=6, early_minutes=1, missing_in=True, missing_out=True, absent=True, leave="annual")],
                                   findings=[dict(kind=1, session=1, minutes=6, final=True)])])),
    ("PersonSummary", dict(staff_code="NV001", unit_code="VP", due_sessions=1, attended_sessions=2, late_times=3, late_minutes=4, early_times=5, early_minutes=6,
                           missing_taps=7, absent_sessions=8, leave_sessions=9, pending_sessions=10, unscheduled_days=11)),
]

print(f"# message | bytes on the wire | JSON. Release {sys.argv[2]}, written by make_wire.py with Python's protobuf.")
for name, values in CASES:
    message = factory.GetPrototype(pool.FindMessageTypeByName("kycuong.v1." + name))(**values)
    text = json_format.MessageToJson(message, indent=None, sort_keys=True, ensure_ascii=False)
    print(f"{name} | {message.SerializeToString(deterministic=True).hex()} | {text}")
