import { describe, expect, it } from "vitest";
import { LineHeader } from "../../../../../src/core/signature/mask/line-header.ts";

function strip(line: string): [message: string, severity: number] {
  const header = new LineHeader();
  const bytes = new TextEncoder().encode(line);
  const start = header.strip(bytes, 0, bytes.length);
  return [new TextDecoder().decode(bytes.subarray(start)), header.severity];
}

describe("line header", () => {
  it.each([
    ["Dec 10 06:55:46 host sshd[24200]: Invalid user x from 1.2.3.4", "Invalid user x from 1.2.3.4", 0],
    ["Jun 14 15:16:01 combo sshd(pam_unix)[19939]: check pass", "check pass", 0],
    ["[Sun Dec 04 04:47:44 2005] [error] child in error state 6", "child in error state 6", 17],
    ["081109 203615 148 INFO dfs.DataNode$Responder: block 1 terminating", "block 1 terminating", 9],
    ["2015-10-18 18:01:47,978 INFO [main] org.apache.v2.MRAppMaster: Created master", "Created master", 9],
    ["2015-07-29 17:41:44,747 - WARN  [Peer[myid=1]/0:0:2181:Election@774] - time out: 3200", "time out: 3200", 13],
    ["2017-05-16 00:00:00.008 25746 INFO nova.wsgi.server [req-3 11 - -] 10.1.1.1 ok", "10.1.1.1 ok", 9],
    ["03-17 16:13:38.811  1702  2395 D WindowManager: opening app", "opening app", 5],
    ["I0102 03:04:05.123456    1234 server.go:55] Started kubelet", "Started kubelet", 9],
    ["INFO:root:hello world", "hello world", 9],
    ["2024-01-02T03:04:05.123Z ERROR [http-1] c.a.Foo - Order failed", "Order failed", 17],
    ["20171223-22:15:29:606|Step_LSC|30002312|step changed 3579", "step changed 3579", 0],
    ["2024/01/02 03:04:05 listening on :8080", "listening on :8080", 0],
    ["<34>Oct 11 22:14:15 web1 su: failed for joe", "failed for joe", 0],
    ["<165>1 2003-10-11T22:14:15.003Z web1 evntslog - ID47 - An event", "An event", 0],
    ["2024-01-02T03:04:05.123456Z stdout F GET 5", "GET 5", 0],
    ["2024-01-02 03:04:05.123 UTC [77] LOG:  checkpoint starting", "checkpoint starting", 9],
    ["2024-01-02 03:04:05.123  INFO 1 --- [nio-1] c.acme.Demo      : ready", "ready", 9],
    ["2016-09-28 04:30:30, Info                  CBS    Loaded stack v6.1", "Loaded stack v6.1", 9],
    ["ALARM 1131566461 2005.11.09 dn7 Nov 9 12:01:01 dn7/dn7 kernel: bad page", "bad page", 0],
    ["[10.30 16:49:06] mail.exe *64 - a.example.com:80 close", "a.example.com:80 close", 0],
    ["Jul  1 10:13:46 mac com.acme.launchd[1] (com.acme.look[30991]): Endpoint activated", "Endpoint activated", 0],
  ])("strips %s", (line, message, severity) => {
    expect(strip(line)).toEqual([message, severity]);
  });

  it.each([
    "Failed to open 5 files",
    "User 5 info: x",
    "199680 double-hummer alignment exceptions",
    "10.251.194.213:50010 Served block 5",
    "10.11.21.122,10.11.10.1 asked",
    "0.2477829 seconds elapsed",
    "Error Recovery for block 5",
    "error: Received disconnect",
    "Sun rises",
    "1.2.3 released",
    "<ul>5 items",
    "TOTAL 5 items at 2024-01-02 03:04:05",
    "[main] starting up",
    'level=info msg="hello"',
    '{"level":"info","msg":"x"}',
    "",
    "2024-01-02",
  ])("leaves %j whole", (line) => {
    expect(strip(line)).toEqual([line, 0]);
  });
});
