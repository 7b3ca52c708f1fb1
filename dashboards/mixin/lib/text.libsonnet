// Words and numbers for texts and expressions.
{
  local it = self,
  local units = { s: [1, 'second'], m: [60, 'minute'], h: [3600, 'hour'], d: [86400, 'day'] },
  local amount(duration) = std.parseInt(std.substr(duration, 0, std.length(duration) - 1)),
  local unit(duration) = units[duration[std.length(duration) - 1]],

  // "10m" as 600.
  seconds(duration):: amount(duration) * unit(duration)[0],

  // "10m" as "10 minutes", "1h" as "an hour".
  words(duration)::
    local name = unit(duration)[1];
    if amount(duration) > 1 then it.last(duration) else (if name == 'hour' then 'an ' else 'a ') + name,

  // "10m" as "10 minutes", "1h" as "hour", to follow "the last".
  last(duration)::
    local n = amount(duration);
    if n == 1 then unit(duration)[1] else '%d %ss' % [n, unit(duration)[1]],

  // A number without a needless fraction; %g knows no 0.
  number(value):: if value == std.floor(value) then '%d' % value else '%g' % value,

  // 0.2 as "20 %".
  percent(share):: it.number(share * 100) + ' %',
}
