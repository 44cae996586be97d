{"type":"report.ack","id":"01","payload":{"id":"01J000000000000000000REP0R"}}
