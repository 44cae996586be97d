{"type":"heartbeat.ack","id":"01","payload":{"time":"2026-11-22T06:21:00.250Z"}}
