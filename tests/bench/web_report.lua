-- What wrk found, as one line of JSON.
done = function(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  local seconds = summary.duration / 1e6
  io.write(string.format('{"a_second": %f, "p99_ms": %f, "bytes_a_second": %f, "errors": %d}\n',
    summary.requests / seconds, latency:percentile(99) / 1000, summary.bytes / seconds, errors))
end
