"""Numbers of many digits."""

from mpmath import diff, findroot, iv, linspace, matrix, mp, mpc, mpf, nstr, polyroots, quad, sin, zeta


class Numbers:
    def __init__(self):
        mp.dps = 15
        self.third = mpf(1) / 3
        self.point = mpc(1, -2)
        self.grid = matrix([[2, 1], [1, 3]])
        self.span = iv.mpf([1, 2])

    def use(self):
        with mp.workdps(40):
            digits = nstr(mp.pi, 40)
        return {
            "pi": digits,
            "zeta": str(zeta(3)),
            "area": nstr(quad(sin, [0, mp.pi]), 12),
            "root": nstr(findroot(lambda x: x**2 - 2, 1.4), 14),
            "slope": nstr(diff(lambda x: x**3, 2), 10),
            "roots": [nstr(each, 8) for each in polyroots([1, -6, 11, -6])],
            "inverse": str(self.grid**-1),
            "points": [str(each) for each in linspace(0, 1, 4)],
            "span": str(self.span**2),
        }

    def go_on(self):
        self.third = self.third * mpf("1.5") + mpf(10) ** -14
        self.point *= mpc(0, 1)
        self.grid = self.grid * self.grid
        return {
            "third": repr(self.third),
            "point": repr(self.point),
            "grid": str(self.grid),
            "kinds": [isinstance(self.third, mpf), isinstance(self.point, mpc), type(self.grid).__name__],
            "span": str(self.span + 1),
            "whole": self.third._mpf_[0],
        }
