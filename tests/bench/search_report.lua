-- Asks for each address of a list once, several at a time, and tells what wrk found as one line of JSON.
local threads, addresses, asked = {}, {}, 0
got, wrong = 0, 0

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    table.insert(addresses, line)
  end
  all = #addresses - tonumber(arguments[2]) -- the last ones only keep the others company
end

function request()
  asked = math.min(asked + 1, #addresses)
  return wrk.format("GET", addresses[asked])
end

function response(status, _, body)
  got = got + 1
  if status ~= 200 or not body:find("</html>", 1, true) then
    wrong = wrong + 1
  end
  if got >= all then
    os.execute("(sleep 0.02; kill -INT $PPID) &") -- it would wait out its time; while it runs a command it hears nothing
    all = math.huge
  end
end

function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"pages": %d, "wrong": %d, "p50_ms": %f, "p99_ms": %f}\n', threads[1]:get("got"),
    threads[1]:get("wrong") + errors, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
