struct Guard { ~Guard(); }; void may(int); int what(int) ;
int thrower(int x) { if (x > 3) throw x; return x; }
int catcher(int x) { Guard g; try { may(x); } catch (int e) { return e; } catch (...) { return what(x); } return 0; }
int cleaner(int x) { Guard g; Guard h; may(x); may(x + 1); return what(x); }
template <class T> T twice(T x) { try { may(int(x)); } catch (long) { return 1; } return x + x; }
int user(int x) { return twice(x) + int(twice(double(x))); }
