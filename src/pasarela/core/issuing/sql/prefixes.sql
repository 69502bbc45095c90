-- How all issued numbers begin, of whatever program.
SELECT prefix FROM issuing_ranges
