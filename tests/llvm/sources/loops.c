typedef unsigned long size_t; void *memcpy(void*,const void*,size_t); extern int g(int); extern void h(int*);
int sum(const int *a,int n){int s=0;for(int i=0;i<n;i++)s+=a[i]*3;return s;}
int nest(int a[8][8]){int s=0;for(int i=0;i<8;i++)for(int j=0;j<8;j++)if(a[i][j]>3)s+=a[i][j];else s-=j;return s;}
void fill(char*p,int n){for(int i=0;i<n;i++)p[i]=0;}
int dead(int n){for(int i=0;i<n;i++){} return n;}
int wh(int n){int c=0;while(n!=1){n=n&1?3*n+1:n/2;c++;if(c>1000)break;}return c;}
struct S{int a,b,c[6];}; struct S mk(int x){struct S s={x,x+1,{1,2,3}},t;t=s;t.b++;h(&t.a);return t;}
int tail(int n,int a){return n<=1?a:tail(n-1,a*n);}
int four(const int*a){int s=0;for(int i=0;i<4;i++)s+=a[i];return s;}
long idx(const long*p,int n,int st){long s=0;for(int i=0;i<n;i+=st)s+=p[i]+p[2*i]*i;return s;}
int inv(const int*p,int n,int k){int s=0;for(int i=0;i<n;i++){if(k>5)s+=p[i];s+=k*k+7;}return s;}
int ds(int*p){*p=1;*p=2;p[1]=3;p[1]=g(4);return *p;}
int two(int x){struct{int a,b;}u,v;u.a=x;u.b=g(x);v=u;return v.a+v.b;}
int cnt(unsigned x){int c=0;while(x){x&=x-1;c++;}return c;}
int sw(int x){switch(x){case 1:return 5;case 7:return 9;case 8:return g(x);default:return 0;}}
