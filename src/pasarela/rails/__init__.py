"""Ways to move money: plugins behind one contract. Only `entry.wiring` names a concrete one."""
