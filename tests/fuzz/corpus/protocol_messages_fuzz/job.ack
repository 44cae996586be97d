{"type":"job.ack","id":"01","payload":{"job":"01J0000000000000000000J0B1","sequence":5}}
