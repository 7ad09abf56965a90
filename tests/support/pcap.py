# SPDX-License-Identifier: GPL-3.0-or-later
"""A capture file out of a saved trace, for other programs to read."""
import base64
import json
import socket
import struct

LINKTYPE_RAW = 101
MSS = 1460


def read_trace(path):
    """The header of a trace in JSON Lines, and its events."""
    header, *events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return header, events


def get_bytes(event):
    return base64.b64decode(event["base64"]) if "base64" in event else event["text"].encode()


def is_packet(event):
    return event["kind"] == "packet" and event["protocol"] != "tls"


def is_record(event):
    return event["kind"] == "packet" and event["protocol"] == "tls"


def write_pcap(path, packets):
    """`packets` are of (time in seconds, bytes of an IP packet)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, LINKTYPE_RAW))
        for time, data in packets:
            micros = round(time * 1000000)
            file.write(struct.pack("<IIII", micros // 1000000, micros % 1000000, len(data), len(data)))
            file.write(data)


def tcp(source, destination, ports, seq, ack, flags, payload=b""):
    header = struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 65535, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0,
                     socket.inet_aton(source), socket.inet_aton(destination))
    return ip + header + payload


def packets_of_records(header, events, connection):
    """TCP as it may have carried the TLS records of a bridged connection, of which the trace has no
    packets."""
    about = next(c for c in header["connections"] if c["id"] == connection)
    client, server = "192.0.2.1", "192.0.2.2"
    ports = about["client_port"], about["server_port"]
    seqs = [1001, 2001]
    packets = [(0, tcp(client, server, ports, 1000, 0, 0x02)),
               (0, tcp(server, client, ports[::-1], 2000, 1001, 0x12)),
               (0, tcp(client, server, ports, 1001, 2001, 0x10))]
    for event in events:
        if not is_record(event) or event["connection"] != connection:
            continue
        side = 0 if event["from"] == about["from"] else 1
        data = get_bytes(event)
        for at in range(0, len(data), MSS):
            part = data[at:at + MSS]
            ends = (client, server) if side == 0 else (server, client)
            packets.append((event["time"], tcp(*ends, ports if side == 0 else ports[::-1],
                                               seqs[side], seqs[1 - side], 0x18, part)))
            seqs[side] += len(part)
    return packets
