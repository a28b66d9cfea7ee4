-- What wrk sends: the lines of a file as paths, one after the other, or new patients without end.
-- A line may go on, behind a tab, with a body.
-- Arguments: "GET" or "POST" and the file, or "create" and a prefix that no other run uses.

local paths, sent, prefix = {}, 0, nil

local patient = '{"name":"Maeve O\'Sullivan","date_of_birth":"1957-03-09","sex":"female","mrn":"%s-%d",'
  .. '"email":"maeve%d@example.org","phone":"+447700900123","height_cm":171.5,"weight_kg":68.2,'
  .. '"conditions":["hypertension","asthma"]}'

function init(arguments)
  if arguments[1] == "create" then
    prefix = arguments[2]
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
  else
    wrk.method = arguments[1]
    if arguments[3] then wrk.headers["Content-Type"] = arguments[3] end
    for line in io.lines(arguments[2]) do paths[#paths + 1] = line end
  end
end

function request()
  sent = sent + 1
  if prefix then
    return wrk.format(nil, "/patients", nil, string.format(patient, prefix, sent, sent))
  end
  local path, body = paths[(sent - 1) % #paths + 1]:match("([^\t]*)\t?(.*)")
  return wrk.format(nil, path, nil, body ~= "" and body or nil)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'result {"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "longest": %f, "refused": %d, '
      .. '"broken": {"connect": %d, "read": %d, "write": %d, "timeout": %d}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout
  ))
end
