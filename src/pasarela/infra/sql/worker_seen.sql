-- When a worker was last at work (real time); no row when none ever was.
SELECT swept_to FROM sweep_marks WHERE sweep = 'worker'
